<?php
/**
 * What we remember of this shopper, in WooCommerce's own session and nowhere else.
 *
 * @package Askback_Companion
 */

defined( 'ABSPATH' ) || exit;

/**
 * The cart's name, the address that she agreed to, and what was last told.
 */
class Askback_State {

	const SLOT = 'askback_companion';

	const NOTHING = array(
		'cart'       => '',
		'started_at' => 0,
		'email'      => '',
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
		$session = $this->session();
		$known   = $session ? $session->get( self::SLOT ) : null;
		return array_merge( self::NOTHING, is_array( $known ) ? $known : array() );
	}

	/**
	 * Remember these as well.
	 *
	 * @param array $changes Field → what it is now.
	 */
	public function change( $changes ) {
		$session = $this->session();
		if ( $session ) {
			$session->set( self::SLOT, array_merge( $this->all(), $changes ) );
		}
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
		$this->change( array_merge( self::NOTHING, array( 'email' => $this->all()['email'] ) ) );
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
