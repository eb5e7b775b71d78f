<?php
/**
 * The page under WooCommerce on which the merchant switches the companion on and off.
 *
 * @package Askback_Companion
 */

defined( 'ABSPATH' ) || exit;

/**
 * WordPress's own Settings API: it checks nonce and right, and saves.
 */
class Askback_Settings_Page {

	const PAGE = 'askback-companion';

	/**
	 * Where the fields come from.
	 *
	 * @var Askback_Settings
	 */
	private $settings;

	/**
	 * Keep the settings.
	 *
	 * @param Askback_Settings $settings What is stored.
	 */
	public function __construct( $settings ) {
		$this->settings = $settings;
	}

	/**
	 * Take our places.
	 */
	public function hook() {
		add_action( 'admin_menu', array( $this, 'add_page' ), 60 );
		add_action( 'admin_init', array( $this, 'register' ) );
		add_filter( 'plugin_action_links_' . plugin_basename( ASKBACK_COMPANION_FILE ), array( $this, 'link' ) );
		add_filter( 'option_page_capability_' . self::PAGE, array( $this, 'capability' ) );
	}

	/**
	 * Whoever may manage the store may manage this.
	 *
	 * @return string
	 */
	public function capability() {
		return 'manage_woocommerce';
	}

	/**
	 * The way here from the list of plugins: installed, it is not yet switched on.
	 *
	 * @param string[] $links Such as "Deactivate".
	 * @return string[]
	 */
	public function link( $links ) {
		$here = admin_url( 'admin.php?page=' . self::PAGE );
		return array_merge( array( 'settings' => sprintf( '<a href="%s">%s</a>', esc_url( $here ), esc_html__( 'Settings', 'askback-companion' ) ) ), $links );
	}

	/**
	 * A line in WooCommerce's menu.
	 */
	public function add_page() {
		add_submenu_page( 'woocommerce', 'Askback', 'Askback', 'manage_woocommerce', self::PAGE, array( $this, 'render' ) );
	}

	/**
	 * The fields of the page.
	 */
	public function register() {
		register_setting(
			self::PAGE,
			Askback_Settings::OPTION,
			array(
				'type'              => 'array',
				'sanitize_callback' => array( $this, 'sanitize' ),
			)
		);
		add_settings_section( 'askback', '', '__return_empty_string', self::PAGE );
		foreach ( $this->labels() as $name => $label ) {
			$args = array(
				'name'      => $name,
				'label_for' => "askback-$name",
			);
			add_settings_field( $name, $label, array( $this, 'render_field' ), self::PAGE, 'askback', $args );
		}
	}

	/**
	 * Field → its label.
	 *
	 * @return array
	 */
	private function labels() {
		return array(
			'enabled'      => __( 'Tell Askback of carts', 'askback-companion' ),
			'consent_text' => __( 'What shoppers agree to', 'askback-companion' ),
			'endpoint'     => __( 'Address', 'askback-companion' ),
			'key'          => __( 'Store key', 'askback-companion' ),
			'secret'       => __( 'Secret', 'askback-companion' ),
		);
	}

	/**
	 * Only what belongs there is stored. An empty secret leaves the one that was typed with the key;
	 * without a key of her own the merchant is back at what came with the plugin.
	 *
	 * @param mixed $posted What was sent.
	 * @return array
	 */
	public function sanitize( $posted ) {
		$posted = is_array( $posted ) ? array_map( 'strval', array_filter( $posted, 'is_scalar' ) ) : array();
		$said   = wp_parse_args( $posted, array_fill_keys( array_keys( $this->labels() ), '' ) );
		if ( $said['consent_text'] === $this->settings->own_consent_text() ) {
			$said['consent_text'] = ''; // Ours go on speaking each shopper's language.
		}
		$key    = preg_replace( '/[^A-Za-z0-9_-]/', '', $said['key'] );
		$secret = '' === $key ? '' : $this->settings->field( 'secret' );
		return array(
			'enabled'      => 'yes' === $said['enabled'] ? 'yes' : 'no',
			'consent_text' => wp_kses_post( $said['consent_text'] ),
			'endpoint'     => esc_url_raw( $said['endpoint'], array( 'http', 'https' ) ),
			'key'          => $key,
			'secret'       => '' === $said['secret'] ? $secret : $said['secret'],
		);
	}

	/**
	 * The page itself.
	 */
	public function render() {
		if ( ! current_user_can( 'manage_woocommerce' ) ) {
			return;
		}
		echo '<div class="wrap"><h1>Askback</h1>';
		settings_errors();
		echo '<p>';
		esc_html_e( 'Only the classic checkout needs this plugin: carts of the block checkout reach Askback without it. Nothing leaves the shopper’s browser before she ticks the box.', 'askback-companion' );
		echo '</p><form method="post" action="options.php">';
		settings_fields( self::PAGE );
		do_settings_sections( self::PAGE );
		submit_button();
		echo '</form></div>';
	}

	/**
	 * One field.
	 *
	 * @param array $args Its name and the id of its input.
	 */
	public function render_field( $args ) {
		$id    = $args['label_for'];
		$name  = Askback_Settings::OPTION . '[' . $args['name'] . ']';
		$value = $this->settings->field( $args['name'] );
		if ( 'enabled' === $args['name'] ) {
			printf( '<input type="checkbox" id="%s" name="%s" value="yes" %s>', esc_attr( $id ), esc_attr( $name ), checked( $value, 'yes', false ) );
		} elseif ( 'consent_text' === $args['name'] ) {
			printf( '<textarea id="%s" name="%s" rows="3" class="large-text">%s</textarea>', esc_attr( $id ), esc_attr( $name ), esc_textarea( $this->settings->consent_text() ) );
		} elseif ( 'secret' === $args['name'] ) {
			printf( '<input type="password" id="%s" name="%s" value="" autocomplete="off" class="regular-text ltr" placeholder="%s">', esc_attr( $id ), esc_attr( $name ), esc_attr( $this->hint() ) );
		} else {
			printf( '<input type="text" id="%s" name="%s" value="%s" class="regular-text ltr" placeholder="%s">', esc_attr( $id ), esc_attr( $name ), esc_attr( $value ), esc_attr( $this->hint() ) );
		}
	}

	/**
	 * What an empty field means.
	 *
	 * @return string
	 */
	private function hint() {
		return __( 'as it came with the plugin', 'askback-companion' );
	}
}
