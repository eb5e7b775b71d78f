<?php
/**
 * What we remember of this shopper, for as long as WooCommerce remembers a guest.
 *
 * @package Askback_Companion
 */

defined( 'ABSPATH' ) || exit;

/**
 * The cart's name, the address that she agreed to, and what was last told.
 *
 * WooCommerce writes a session back as a whole: of two requests at once (the box is ticked while the
 * shipping is being calculated) the later one undoes what the other had kept. So the session holds
 * only a key that never changes, made before the page is shown, and the row that it opens is ours.
 */
class Askback_State {

	const SLOT = 'askback_companion';

	const ROW = 'askback_companion_';

	const DAYS = 2 * DAY_IN_SECONDS;

	const NOTHING = array(
		'cart'       => '',
		'started_at' => 0,
		'email'      => '',
		'agreed_at'  => 0,
		'sent'       => '',
		'restored'   => false,
		'ordered'    => false,
	);

	/**
	 * Everything remembered; nothing without a session (REST, cron, the admin).
	 *
	 * @return array
	 */
	public function all() {
		$key   = $this->key();
		$known = '' === $key ? null : get_transient( self::ROW . $key );
		return array_merge( self::NOTHING, is_array( $known ) ? $known : array() );
	}

	/**
	 * Remember these as well.
	 *
	 * @param array $changes Field → what it is now.
	 */
	public function change( $changes ) {
		$known = $this->all();
		$this->begin();
		$key = $this->key();
		if ( '' !== $key ) {
			set_transient( self::ROW . $key, array_merge( $known, $changes ), self::DAYS );
		}
	}

	/**
	 * Have a key, if there is a session to keep it. Who signs in again finds her cart again, under
	 * the name that it had.
	 */
	public function begin() {
		$session = $this->session();
		if ( $session && '' === $this->key() ) {
			$person = get_current_user_id();
			$session->set( self::SLOT, $person ? wp_hash( self::ROW . $person ) : bin2hex( random_bytes( 16 ) ) );
		}
	}

	/**
	 * Forget this shopper.
	 */
	public function forget() {
		delete_transient( self::ROW . $this->key() );
	}

	/**
	 * What opens her row; empty: nothing is remembered.
	 *
	 * @return string
	 */
	private function key() {
		$session = $this->session();
		$key     = $session ? $session->get( self::SLOT ) : '';
		return is_string( $key ) ? $key : '';
	}

	/**
	 * The cart's name: random, so that nobody can guess another's, and new for each cart.
	 *
	 * @return string
	 */
	public function cart() {
		$known = $this->all();
		if ( '' === $known['cart'] ) {
			$known['cart'] = bin2hex( random_bytes( 16 ) );
			$this->change(
				array(
					'cart'       => $known['cart'],
					'started_at' => time(),
				)
			);
		}
		return $known['cart'];
	}

	/**
	 * This cart is over; the address that she agreed to stays for her next one.
	 */
	public function forget_cart() {
		$this->change( array_merge( self::NOTHING, array_intersect_key( $this->all(), array_flip( array( 'email', 'agreed_at' ) ) ) ) );
	}

	/**
	 * She agreed. Said again of the same address, as when the page is opened anew, it is no new word.
	 *
	 * @param string $email To which she may be written.
	 */
	public function agree( $email ) {
		if ( $email !== $this->all()['email'] ) {
			$this->change(
				array(
					'email'     => $email,
					'agreed_at' => time(),
				)
			);
		}
	}

	/**
	 * WooCommerce's session, where there is one.
	 *
	 * @return WC_Session|null
	 */
	private function session() {
		return function_exists( 'WC' ) && WC()->session ? WC()->session : null;
	}
}
